public import Desk

extension English {
  public func warning(_ warning: FormWarning) -> String {
    switch warning {
    case .numberWillGo: "Another name or birth date: the known number will not follow."
    }
  }
}
