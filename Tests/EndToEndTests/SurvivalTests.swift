import Domain
import Foundation
import Store
import TestKit
import Testing

/// Who keeps the mail coming when screens stop, close or are killed, and when the service is.
@Suite(.serialized) struct `What survives` {
  @Test func `S17: two screens, one service; Ctrl-Z of the first leaves it at work`() throws {
    let house = try Survivors()
    let first = try house.terminal()
    let worker = try house.waitForWorker()
    #expect(house.screens.count == 1)
    let screen = try #require(house.screens.first)
    let second = try house.terminal()
    try house.deliver(1)
    try second.expect("UN Patient")
    // Its terminal, its session and its streams are not those of the screen.
    #expect(getsid(worker) == worker)
    for descriptor in 0...2 {
      #expect(
        try FileManager.default.destinationOfSymbolicLink(
          atPath: "/proc/\(worker)/fd/\(descriptor)") == "/dev/null")
    }
    try first.press("C-z")
    try waitUntil("the screen to stop") { Survivors.state(screen) == "T" }
    try house.deliver(2)
    try house.waitForMessages(2)
    #expect(Survivors.state(screen) == "T")
    #expect(house.workers == [worker])
    try first.type("fg")
    try first.press("Enter")
    // What comes back from the shell is locked; the team has no codes.
    try first.expect("écran verrouillé")
    try first.type("LP")
    try first.press("Enter")
    try first.expect("DEUX Patient")
    #expect(house.workers == [worker])
    for terminal in [first, second] {
      try terminal.press("q")
    }
    try waitUntil("the screens to end") { house.screens.isEmpty }
    #expect(house.workers == [worker])
    try house.endWorker()
    // One service, one session: nobody else ever logged in.
    #expect(house.dovecot.log.components(separatedBy: "Login: user=<officine>").count == 2)
    #expect(house.fetchedBodies == 2)
  }

  @Test func `with no screen left the service goes on receiving and sending`() throws {
    let house = try Survivors()
    let first = try house.terminal()
    let worker = try house.waitForWorker()
    let second = try house.terminal()
    try first.closeTerminal()
    try waitUntil("the hung-up screen to end") { house.screens.count == 1 }
    try house.deliver(1)
    try second.expect("UN Patient")
    #expect(house.workers == [worker])
    for screen in house.screens { kill(screen, SIGKILL) }
    try waitUntil("no screen") { house.screens.isEmpty }
    try house.deliver(2)
    try house.waitForMessages(2)
    try house.queue("Sans écran")
    #expect(try house.sink.wait(for: 1).count == 1)
    try waitUntil("the copy") {
      try house.look { try $0.outbox(states: [.sent]).first?.hasSentCopy == true }
    }
    #expect(house.workers == [worker])
    try house.endWorker()
    #expect(try house.dovecot.messages(mailbox: "Sent").count == 1)
  }

  @Test func `S17: a killed service is replaced, nothing is fetched or sent twice`() throws {
    let house = try Survivors()
    let terminals = [try house.terminal(), try house.terminal()]
    _ = try house.waitForWorker()
    // Killed in the middle of a reception.
    for n in 1...150 { try house.dovecot.deliver(TestMail.patientQuestion(n).bytes) }
    try waitUntil("a part of the mail") {
      try house.look { try !$0.messages(.all, after: nil, limit: 30).isEmpty }
    }
    try replaced(house)
    let kept = try house.look { try $0.messages(.all, after: nil, limit: 200).count }
    try house.waitForMessages(150)
    // Killed before the final dot, then behind it.
    try house.sink.fail(.hangAtRecipient)
    let early = try house.queue("Avant le point")
    try waitUntil("the silence") { house.sink.wire.contains("hanging") }
    try house.sink.clearFault()
    try replaced(house)
    #expect(try house.sink.wait(for: 1).count == 1)
    try waitUntil("the copy") {
      try house.look { try $0.outbox(states: [.sent]).first?.hasSentCopy == true }
    }
    try house.sink.fail(.hangAfterStore)
    try house.queue("Après le point")
    _ = try house.sink.wait(for: 2)
    try house.sink.clearFault()
    try replaced(house)
    try waitUntil("the doubt") { try house.look { try $0.outbox(states: [.uncertain]).count == 1 } }
    try house.deliver(5)
    try house.waitForMessages(151)
    let ids = try house.sink.received().compactMap { mail in
      mail.text.components(separatedBy: "\r\n").first { $0.hasPrefix("Message-ID:") }
    }
    #expect(ids.count == 2 && Set(ids).count == 2)
    #expect(ids.first?.contains(early) == true)
    for terminal in terminals { try terminal.closeTerminal() }
    try house.endWorker()
    try waitUntil("the server's last word") { house.fetches.count == 4 }
    // The service that took over asked for what was missing, the copy in Sent and the last mail.
    print("kept \(kept) of 150 when killed; bodies sent per session: \(house.fetches)")
    #expect(house.fetches.dropFirst().reduce(0, +) == 150 - kept + 2)
    #expect(try house.look { try $0.verify().isSound })
  }

  /// Kills the service and waits for another one.
  private func replaced(_ house: Survivors) throws {
    let old = try #require(house.workers.first)
    let began = ContinuousClock.now
    kill(old, SIGKILL)
    try waitUntil("another service") {
      try house.workers.contains { $0 != old } && Lease.isHeld(directory: house.counter.storePath)
    }
    print("taken over after \(ContinuousClock.now - began)")
  }

  @Test func `S18: keys are answered at once while the service is frozen`() throws {
    let house = try Survivors()
    let terminal = try house.terminal()
    let worker = try house.waitForWorker()
    for n in 1...4 { try house.deliver(n) }
    try terminal.expect("QUATRE Patient")
    try house.waitForMessages(4)
    kill(worker, SIGSTOP)
    try waitUntil("the service to stop") { Survivors.state(worker) == "T" }
    var waits: [Duration] = []
    for key in ["Down", "Up", "Down", "Enter", "Escape", "Down", "Down", "Up", "F1", "Escape"] {
      let began = ContinuousClock.now
      try terminal.pressAndSettle(key)
      waits.append(ContinuousClock.now - began)
    }
    waits.sort()
    print("keys with a frozen service: median \(waits[5]), worst \(waits[9])")
    // The machine of a test may be busy: half of them is what counts.
    #expect(waits[5] < .milliseconds(200))
    try house.deliver(5)
    kill(worker, SIGCONT)
    try terminal.expect("CINQ Patient")
    #expect(house.workers == [worker])
    try terminal.closeTerminal()
    try house.endWorker()
    #expect(house.fetchedBodies == 5)
  }
}
