# The front door of the repository: the same verbs everywhere. Bare `make` prints them.

SWIFT  ?= swift
JOBS   ?= $(shell nproc 2>/dev/null || echo 2)
PREFIX ?= /usr/local
DESTDIR ?=
ARGS   ?=
ONLY   ?=

# The check makes an import that Package.swift does not declare an error: the floor plan holds.
CHECKED = -j $(JOBS) --explicit-target-dependency-import-check error
RELEASE = -c release --static-swift-stdlib -Xlinker -s $(CHECKED)
BIN     = .build/release

# A crash in a test must end it: Swift's own backtracer can outlive its process.
export SWIFT_BACKTRACE = enable=no
export SWIFT

.DEFAULT_GOAL := help
.PHONY: help build run demo test soak check format record docs install sandbox clean

help: ## affiche ces verbes · print these verbs
	@echo "MSSTerm — make VERBE · make VERB"
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## construit .build/release/mssterm · build the release binary
	@sh scripts/need-swift.sh
	$(SWIFT) build $(RELEASE) --product mssterm
	$(SWIFT) build $(RELEASE) --product mssterm-worker

run: ## installe ce qui manque, construit, ouvre MSSTerm · install, build, open
	@sh scripts/need-swift.sh
	@sh scripts/need-packages.sh build run
	@$(MAKE) --no-print-directory build
	@exec $(BIN)/mssterm $(ARGS)

demo: build ## ouvre l'officine fictive (ARGS=…) · open the fictitious pharmacy
	@exec $(BIN)/mssterm demo $(ARGS)

test: ## installe ce qu'il faut, lance tous les tests (ONLY=…) · install, run every test
	@sh scripts/need-swift.sh
	@sh scripts/need-packages.sh build run test
	@sh scripts/need-servers.sh
	$(SWIFT) build --build-tests $(CHECKED)
	@sh scripts/run-tests.sh $(ONLY)

soak: ## les longues épreuves : chaque pas, chaque graine · every step, thousands of operations
	@sh scripts/need-swift.sh
	@sh scripts/need-packages.sh build run test
	@sh scripts/need-servers.sh
	$(SWIFT) build --build-tests $(CHECKED)
	@MSSTERM_SOAK=1 sh scripts/run-tests.sh $(or $(ONLY),SyncTests)

check: ## format, puis règles de la maison · formatting, then the house rules
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift
	$(SWIFT) build --build-tests $(CHECKED)
	@sh scripts/run-tests.sh TidyTests

format: ## remet les sources en forme · format the sources in place
	$(SWIFT) format --in-place --recursive Sources Tests Package.swift

record: ## refait les écrans de référence (à relire) · record the .screen baselines again
	$(SWIFT) build --build-tests $(CHECKED)
	@RECORD_SNAPSHOTS=1 sh scripts/run-tests.sh $(or $(ONLY),ScreensTests)

docs: build ## refait les tableaux de la documentation · regenerate the generated tables
	@sh scripts/docs.sh $(BIN)/mssterm

install: ## copie dans PREFIX (DESTDIR respecté) · install under PREFIX
	@test -x $(BIN)/mssterm && test -x $(BIN)/mssterm-worker || $(MAKE) --no-print-directory build
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/libexec/mssterm" \
	  "$(DESTDIR)$(PREFIX)/share/mssterm/themes" "$(DESTDIR)$(PREFIX)/share/man/man1" \
	  "$(DESTDIR)$(PREFIX)/share/mssterm/systemd"
	install -m 755 $(BIN)/mssterm "$(DESTDIR)$(PREFIX)/bin/mssterm"
	install -m 755 $(BIN)/mssterm-worker "$(DESTDIR)$(PREFIX)/libexec/mssterm/mssterm-worker"
	install -m 644 themes/* "$(DESTDIR)$(PREFIX)/share/mssterm/themes/"
	for unit in packaging/systemd/*.service; do \
	  sed 's|/usr/local|$(PREFIX)|g' "$$unit" \
	    > "$(DESTDIR)$(PREFIX)/share/mssterm/systemd/$$(basename "$$unit")"; done
	install -m 644 packaging/systemd/README.md "$(DESTDIR)$(PREFIX)/share/mssterm/systemd/"
	install -m 644 man/mssterm.1 "$(DESTDIR)$(PREFIX)/share/man/man1/mssterm.1"

sandbox: build ## deux postes sur une même démonstration, dans tmux · two postes on one demo
	@sh scripts/need-packages.sh sandbox
	@exec sh scripts/sandbox.sh $(BIN)/mssterm

clean: ## efface ce qui a été construit · remove what was built
	$(SWIFT) package clean
