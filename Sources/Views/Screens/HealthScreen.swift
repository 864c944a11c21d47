import Cells
import Desk
import Domain

extension Canvas {
  /// What is known about the server, from the most urgent to the merely interesting.
  mutating func drawHealth(scroll: Int, isOnTop: Bool) {
    let width = dialogWidth
    let lines = healthLines(width: width - 4)
    let rows = min(lines.count + 2, max(1, grid.size.rows - 4))
    let room = drawBox(columns: width, rows: rows, title: strings.healthTitle)
    let list = room.splitBottom(2).rest
    let top = min(max(0, scroll), max(0, lines.count - list.rows))
    put(lines[top...], in: list)
    put(words(strings.healthHint), in: room.line(room.rows - 1), role: .hintText)
    if isOnTop { cursor = .at(list.origin) }
  }

  func healthLines(width: Int) -> [Line] {
    let sheet = state.health
    var lines = paragraph(
      strings.sync(state.sync, now: now), width: width,
      role: SyncTruth.isTrouble(state.sync, now: now) ? .statusError : .textStrong)
    lines += remedy(state.sync, width: width)
    if let sending = state.sync.sending {
      lines += paragraph(
        strings.sending(sending, now: now).capitalizedFirst, width: width,
        role: SyncTruth.isTrouble(sending.status, now: now) ? .statusError : .textStrong)
      lines += remedy(sending.status, width: width)
    }
    if let log = sheet.health.teamLog {
      lines += paragraph(
        strings.teamLog(log, now: now).capitalizedFirst, width: width,
        role: SyncTruth.isTrouble(log.status, now: now) ? .statusError : .dialogText)
      lines += [strings.teamLogAdvice(log)].compactMap(\.self)
        .flatMap { paragraph($0, width: width, role: .dialogText) }
    }
    lines += paragraph(
      strings.service(isServed: sheet.isServed, isInTouch: isInTouch), width: width,
      role: .dialogText)
    lines += troubles(sheet.health, width: width)
    lines += outbox(sheet.outbox, width: width)
    if !sheet.withheld.isEmpty { lines += withheld(sheet.withheld, width: width) }
    let known = facts(sheet.health, width: width)
    if !known.isEmpty { lines += [Line()] + known }
    if !sheet.setAside.isEmpty {
      lines += [Line()] + setAside(sheet, width: width)
    }
    return lines
  }

  /// What to do, and when it is tried again by itself.
  private func remedy(_ status: SyncStatus, width: Int) -> [Line] {
    var sentences = [strings.advice(status)].compactMap(\.self)
    if let next = status.nextAttempt, next > now {
      sentences.append(strings.nextAttempt(seconds: next.secondsSince(now)))
    }
    return sentences.flatMap { paragraph($0, width: width, role: .dialogText) }
  }

  /// What the service last did reached the server.
  private var isInTouch: Bool {
    let isTalking = state.sync.phase == .upToDate || state.sync.phase == .working
    return isTalking && !SyncTruth.isStale(state.sync, now: now)
  }

  private func troubles(_ health: SyncHealth, width: Int) -> [Line] {
    var sentences: [String] = []
    if let quota = health.quota, quota.percent >= Self.nearlyFull {
      sentences.append(strings.quota(percent: quota.percent, isNearlyFull: true))
    }
    for certificate in health.certificates {
      let days = MailboxAlarm.days(until: certificate.notAfter, now: now)
      if days <= Self.expiringDays {
        sentences.append(strings.certificate(certificate.host, days: days))
      }
    }
    sentences += health.refusedMailboxes.map(strings.refusedMailbox)
    if let held = health.heldExports {
      sentences.append(strings.heldExports(held.waiting, code: held.code))
    }
    if health.failedOperations > 0 {
      sentences.append(strings.failedOperations(health.failedOperations))
    }
    if health.unsentCopies > 0 { sentences.append(strings.unsentCopies(health.unsentCopies)) }
    sentences += upkeepTroubles(health.upkeep)
    return sentences.flatMap { paragraph($0, width: width, role: .statusError) }
  }

  /// What did not leave, and what the server said of each recipient (O05).
  private func outbox(_ items: [OutgoingItem], width: Int) -> [Line] {
    guard !items.isEmpty else { return [] }
    var lines = paragraph(
      strings.outboxTrouble(items.count), width: width, role: .statusError)
    for item in items {
      let refused = item.results.contains { !$0.isAccepted }
      let words =
        refused
        ? item.results.map {
          "\($0.address) : "
            + strings.recipientAnswer(isAccepted: $0.isAccepted, code: $0.answer)
        }
        : [
          "\(item.to.map(\.address).joined(separator: ", ")) : "
            + (item.state == .uncertain
              ? strings.outgoing(.uncertain)
              : item.lastAnswer.flatMap(strings.sendingReason) ?? strings.outgoing(item.state))
        ]
      lines += words.flatMap { paragraph($0, width: width, role: .dialogText) }
    }
    return lines
  }

  /// A full BAL bounces patients: said before it is.
  static let nearlyFull = 90
  static let expiringDays = 30

  private func facts(_ health: SyncHealth, width: Int) -> [Line] {
    var sentences: [String] = []
    if let contact = state.sync.lastSuccess {
      sentences.append("\(strings.lastContact) \(strings.moment(contact, now: now))")
    }
    // How arrivals are learnt of is true only while somebody talks with the server.
    if state.health.isServed, isInTouch { sentences.append(strings.pushed(health.isPushed)) }
    sentences += upkeepFacts(health.upkeep)
    if health.waitingFlags > 0 { sentences.append(strings.waitingFlags(health.waitingFlags)) }
    sentences += health.missingMailboxes.map(strings.missingMailbox)
    for mailbox in health.mailboxes {
      sentences.append(
        strings.mailboxCounts(mailbox.name, server: mailbox.server, local: mailbox.local))
    }
    if let quota = health.quota, quota.percent < Self.nearlyFull {
      sentences.append(strings.quota(percent: quota.percent, isNearlyFull: false))
    }
    for certificate in health.certificates {
      let days = MailboxAlarm.days(until: certificate.notAfter, now: now)
      if days > Self.expiringDays {
        sentences.append(strings.certificate(certificate.host, days: days))
      }
    }
    if let crl = health.crl {
      sentences.append(strings.revocations(strings.moment(crl.updatedAt, now: now)))
      if let since = crl.failingSince {
        sentences.append(
          strings.revocationsKept(
            since: strings.moment(since, now: now),
            until: crl.nextUpdate.map { strings.moment($0, now: now) }))
      }
    }
    let offered = Set(health.capabilities.map { $0.uppercased() })
    if !offered.isEmpty {
      sentences += ["IDLE", "QRESYNC", "UIDPLUS", "QUOTA"].filter { !offered.contains($0) }
        .compactMap { strings.missing($0) }
    }
    return sentences.flatMap { paragraph($0, width: width, role: .dialogText) }
  }

  /// What is at the server and does not come: whose mail it is, so that it can be asked for.
  private func withheld(_ mails: [WithheldMail], width: Int) -> [Line] {
    var lines = paragraph(
      strings.withheldAdvice(mails.count), width: width, role: .statusError)
    for mail in mails {
      let moment = strings.moment(mail.receivedAt, now: now)
      let who = mail.sender.address.isEmpty ? strings.unknownSender : mail.sender.display
      lines += paragraph(
        "\(moment)  \(who)  \(strings.withheld(mail.reason))", width: width, role: .dialogText)
    }
    return lines
  }

  private func setAside(_ sheet: HealthSheet, width: Int) -> [Line] {
    var lines = paragraph(
      strings.setAside(sheet.setAside.count), width: width, role: .textStrong)
    for mail in sheet.setAside {
      let moment = strings.moment(mail.receivedAt, now: now)
      lines += paragraph("\(moment)  \(mail.id)  \(mail.sender)", width: width, role: .dialogText)
    }
    return lines
  }
}
