import ArgumentParser

@main
struct MSSTerm: ParsableCommand {
}
