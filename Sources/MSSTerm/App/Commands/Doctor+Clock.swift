import Domain
import Settings

extension Doctor {
  /// Opening hours and promised hours are times on a wall: it must be the officine's.
  func clock(_ place: Place) -> Check {
    let time = CivilTime(environment.now())
    let own = place.configuration.officine.timezone
    let zone = own ?? Timezone.current(environment: environment.variables)
    let offset = time.iso8601.suffix(6)
    // Nobody in France lives by UTC: a server that was never told does.
    let isSound = own != nil || !["UTC", "Etc/UTC", "UCT", "Universal"].contains(zone)
    let remedy = " ; [officine] timezone = \"Europe/Paris\""
    return Check(
      name: "clock", isSound: isSound, isRequired: false,
      french: "l’horloge dit \(time.hourMinute), fuseau \(zone) (\(offset))"
        + (isSound ? "" : remedy),
      english: "the clock says \(time.hourMinute), zone \(zone) (\(offset))"
        + (isSound ? "" : remedy))
  }
}
