import Domain
import Store

/// `mssterm list --view mentions`: the demandes whose notes name the person who acts and that they
/// have not seen on a screen, the oldest note first.
enum MentionRows {
  static func list(
    _ session: Session, of member: Member, limit: Int, json: Bool
  ) throws {
    let rows = try session.ask { store throws(StoreError) -> [MessageRow] in
      var rows: [MessageRow] = []
      for mention in try store.mentions(of: member.id) where rows.count < limit {
        guard !rows.contains(where: { $0.order?.id == mention.order }),
          let order = try store.order(mention.order), let last = order.messages.last,
          let message = try store.message(last)
        else { continue }
        rows.append(
          MessageRow(key: RowKey(message.receptionKey), message: message, order: order))
      }
      return rows
    }
    Rows.show(rows, session, json: json)
  }
}
