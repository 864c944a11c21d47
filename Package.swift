// swift-tools-version:6.2
// The floor plan: one target per room. Imports point down; `make build` passes the explicit-import
// check, so a room that is not in this list of dependencies cannot be entered.
import PackageDescription

let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let toml: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOSSL", package: "swift-nio-ssl"),
]
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioHTTP: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let certificates: [Target.Dependency] = [
  .product(name: "X509", package: "swift-certificates"),
  .product(name: "SwiftASN1", package: "swift-asn1"),
]

func room(
  _ name: String, in wing: String, _ dependencies: [Target.Dependency] = [],
  linker: [LinkerSetting] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(wing)/\(name)",
    swiftSettings: house, linkerSettings: linker)
}

func hatch(
  _ name: String, in wing: String, defines: [CSetting] = [], links: [String] = [],
  dependencies: [Target.Dependency] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(wing)/\(name)",
    cSettings: [.define("_GNU_SOURCE")] + defines,
    linkerSettings: links.map { .linkedLibrary($0) })
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], resources: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestKit"], path: "Tests/\(name)",
    exclude: resources, swiftSettings: house)
}

let package = Package(
  name: "MSSTerm",
  products: [
    .executable(name: "mssterm", targets: ["App"]),
    .executable(name: "mssterm-worker", targets: ["Worker"]),
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
  ],
  targets: [
    // Model: what is true, and what this poste looks at.
    room("Domain", in: "Model"),
    room("Keys", in: "Model"),
    room("Platform", in: "Model"),
    hatch("CCrypt", in: "Model", links: ["crypt"]),
    room("Store", in: "Model", ["Domain", "Platform", "CCrypt", grdb, crypto]),
    room("Exports", in: "Model", ["Domain", "Platform", crypto]),
    room("Desk", in: "Model", ["Domain", "Keys"]),
    // Views: state in, cells out.
    room("Cells", in: "Views"),
    room("Screens", in: "Views", ["Domain", "Keys", "Desk", "Cells"]),
    // MSSTerm: the program on the counter. Never the network, never hostile bytes.
    hatch(
      "CNcurses", in: "MSSTerm", defines: [.define("_XOPEN_SOURCE", to: "700")],
      links: ["ncursesw", "tinfo"]),
    room("Terminal", in: "MSSTerm", ["Cells", "Keys", "CNcurses"]),
    room("Settings", in: "MSSTerm", ["Domain", "Platform", toml]),
    room("Samples", in: "MSSTerm"),
    .executableTarget(
      name: "App",
      dependencies: [
        "Desk", "Screens", "Cells", "Keys", "Terminal", "Store", "Domain", "Platform",
        "Settings", "Samples", "Exports", arguments,
      ],
      path: "Sources/MSSTerm/App", swiftSettings: house),
    // Worker: what talks to servers or touches hostile bytes.
    room("SASL", in: "Worker", [crypto, cryptoExtras]),
    room("IMAP", in: "Worker", ["SASL"]),
    room("SMTP", in: "Worker", ["SASL"]),
    hatch("CPKCS11", in: "Worker", links: ["dl"]),
    room("Certificates", in: "Worker", ["CPKCS11", crypto] + nio + certificates),
    hatch("CResolver", in: "Worker", links: ["resolv"]),
    room("Discovery", in: "Worker", ["CResolver", "Certificates", "Domain", nioHTTP] + nio),
    hatch("CDeflate", in: "Worker", links: ["z"]),
    .systemLibrary(
      name: "CGMimeSystem", path: "Sources/Worker/CGMimeSystem", pkgConfig: "gmime-3.0",
      providers: [.apt(["libgmime-3.0-dev"])]),
    hatch("CMIME", in: "Worker", dependencies: ["CGMimeSystem"]),
    room("MIME", in: "Worker", ["CMIME"]),
    .systemLibrary(
      name: "CXMLSystem", path: "Sources/Worker/CXMLSystem", pkgConfig: "libxml-2.0",
      providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(
      name: "CArchiveSystem", path: "Sources/Worker/CArchiveSystem", pkgConfig: "libarchive",
      providers: [.apt(["libarchive-dev"])]),
    hatch("CDocuments", in: "Worker", dependencies: ["CXMLSystem", "CArchiveSystem"]),
    room("Documents", in: "Worker", ["MIME", "Domain", "CDocuments", crypto]),
    room("TeamLog", in: "Worker", ["Domain", crypto]),
    room(
      "Sync", in: "Worker",
      [
        "SASL", "IMAP", "SMTP", "MIME", "Documents", "TeamLog", "Certificates", "CDeflate", "Store",
        "Domain", "Exports", "Platform", log, crypto, nioTLS,
      ] + nio),
    .executableTarget(
      name: "Worker",
      dependencies: [
        "Sync", "TeamLog", "Discovery", "Certificates", "Documents", "IMAP", "SMTP", "MIME",
        "Store", "Domain", "Platform", "Settings", arguments, log,
      ],
      path: "Sources/Worker/Worker", swiftSettings: house),
    // Tests.
    .target(
      name: "TestKit",
      dependencies: ["Domain", "Keys", "Desk", "Cells", "Screens", "Terminal", "Samples"],
      path: "Tests/TestKit", exclude: ["Servers"], swiftSettings: house),
    tests("DomainTests", ["Domain"]),
    tests("KeysTests", ["Keys"]),
    tests("DeskTests", ["Desk", "Domain", "Keys"]),
    tests("StoreTests", ["Store", "Domain", grdb]),
    tests("ExportsTests", ["Exports", "Domain"]),
    tests("CellsTests", ["Cells"]),
    tests(
      "ScreensTests", ["Screens", "Desk", "Domain", "Cells", "Keys"], resources: ["Snapshots"]),
    tests("TerminalTests", ["Terminal", "Cells", "Keys"]),
    tests("IMAPTests", ["IMAP"]),
    tests("SMTPTests", ["SMTP"]),
    tests("MIMETests", ["MIME"], resources: ["Corpus"]),
    tests("DocumentsTests", ["Documents", "MIME", "Domain", "Samples"]),
    tests("SettingsTests", ["Settings", "Domain"]),
    tests("TeamLogTests", ["TeamLog", "Domain"]),
    tests(
      "SyncTests",
      ["Sync", "Store", "Domain", "IMAP", "SMTP", "MIME", "Documents", "TeamLog"]),
    tests("SASLTests", ["SASL"]),
    tests("CertificatesTests", ["Certificates", crypto] + certificates + nio),
    tests("DiscoveryTests", ["Discovery", "Domain"]),
    tests("TidyTests", []),
    tests("EndToEndTests", ["Store", "Domain"]),
  ]
)
