import ArgumentParser

@main
struct WorkerMain: ParsableCommand {
}
