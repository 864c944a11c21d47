public import Desk

extension French {
  public func warning(_ warning: FormWarning) -> String {
    switch warning {
    case .numberWillGo: "Autre nom ou autre naissance : le matricule connu ne suivra pas."
    }
  }
}
