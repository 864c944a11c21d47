/// Markers that a new demande carries before anybody looked at it.
public enum OrderProposal {
  /// « Original attendu » on photos and PDFs of a patient that bring no e-prescription number.
  ///
  /// Urgency is never proposed: a machine that cries wolf teaches people not to look.
  /// `hasPrescriptionNumber` is what a structured document or a barcode said at ingest.
  public static func markers(
    for facts: MessageFacts, hasPrescriptionNumber: Bool, policy: Policy
  ) -> [Marker] {
    let kind = MessageKind.classify(facts)
    guard policy.proposeOriginalAwaited, kind == .prescription, facts.sender == .patient,
      !facts.isOutgoing, !hasPrescriptionNumber,
      facts.attachments.contains(where: { $0 == .image || $0 == .pdf })
    else { return [] }
    return [.originalAwaited]
  }
}
