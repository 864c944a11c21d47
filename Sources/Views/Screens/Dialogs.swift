import Cells
import Desk
import Domain
import Keys

extension Canvas {
  /// A framed box in the middle with `rows` lines inside.
  /// - Returns: the inside, one column of air at each side.
  mutating func drawBox(
    columns: Int, rows: Int, title: String, titleRole: Cells.Role = .dialogTitle
  ) -> Rect {
    let box = grid.bounds.centred(
      Size(
        columns: min(columns, grid.size.columns), rows: min(rows + 2, grid.size.rows)))
    grid.fill(box, role: .dialogText)
    grid.box(box, role: .dialogBorder, title: data(signs.plain(title)))
    let room = box.inset(columns: 2, rows: 1)
    if box.columns > 8 {
      let width = min(data(signs.plain(title)).width + 2, box.columns - 4)
      grid.restyle(
        Rect(column: box.column + 2, row: box.row, columns: width, rows: 1), role: titleRole)
    }
    return room
  }

  var dialogWidth: Int { min(72, max(20, grid.size.columns - 4)) }

  /// Rows a dialog may take inside its frame.
  var dialogRows: Int { max(1, grid.size.rows - 4) }

  /// The keys of a dialog; in a narrow one Enter and Esc stay and the arrows give way.
  mutating func putHint(_ text: String, in rect: Rect) {
    var parts = text.split(separator: "   ").map(String.init)
    while parts.count > 2, words(parts.joined(separator: "   ")).width > rect.columns,
      let place = parts.firstIndex(where: { !isEssential($0) })
    {
      parts.remove(at: place)
    }
    let wide = words(parts.joined(separator: "   "))
    let text = wide.width <= rect.columns ? wide : words(parts.joined(separator: "  "))
    put(text, in: rect, role: .hintText)
  }

  private func isEssential(_ part: String) -> Bool {
    [Key.enter, .escape].contains { part.hasPrefix($0.label(french: isFrench)) }
  }

  // MARK: Forms

  /// A few lines to fill in.
  mutating func drawForm(_ form: Form, isOnTop: Bool) {
    let width = dialogWidth
    let inside = width - 4
    let isLong = { (field: Form.Field) in field.name == .text || field.name == .reason }
    let explanation = ([strings.explanation(form.kind)] + [people(form)])
      .compactMap(\.self).flatMap { paragraph($0, width: inside, role: .textDim) }
    var rows = explanation.count + (explanation.isEmpty ? 0 : 1) + 2
    let longRows = form.fields.contains(where: isLong) ? max(1, min(6, dialogRows - rows)) : 1
    rows += form.fields.reduce(0) { $0 + (isLong($1) ? longRows : 1) }
    let room = drawBox(
      columns: width, rows: min(rows, dialogRows), title: formTitle(form))
    put(explanation, in: room)
    var row = explanation.isEmpty ? 0 : explanation.count + 1
    let labels = form.fields.map { words(strings.label($0.name, in: form.kind)).width }
    let labelWidth = (labels.max() ?? 0) + 2
    for (place, field) in form.fields.enumerated() {
      let height = isLong(field) ? longRows : 1
      let rect = Rect(
        column: room.column, row: room.row + row, columns: room.columns,
        rows: max(0, min(height, room.rows - row)))
      drawFormField(
        field, in: rect, labelWidth: isLong(field) ? 0 : labelWidth, form: form,
        isActive: isOnTop && place == form.focus)
      row += height
    }
    let foot = room.line(room.rows - 1)
    if room.rows > row + 1, let warning = state.warning(of: form) {
      put(
        words(strings.warning(warning, now: now)), in: room.line(room.rows - 2), role: .safetyAlert)
    }
    if let problem = form.problem {
      put(words(strings.problem(problem, now: now)), in: foot, role: .statusError)
    } else if form.isSubmitted {
      put(words(strings.loading), in: foot, role: .textDim)
    } else {
      let isLast = form.focus == form.fields.count - 1
      putHint(strings.formHint(form.kind, isFirst: form.focus == 0, isLast: isLast), in: foot)
    }
  }

  /// Whose initials may stand there.
  private func people(_ form: Form) -> String? {
    guard form.fields.contains(where: { $0.name == .initials }) else { return nil }
    return state.members
      .filter { $0.isActive(at: now) && (form.kind == .identify || $0.role.isPharmacist) }
      .map { "\($0.initials)\u{A0}\($0.shortName)" }.joined(separator: "  ")
  }

  private func formTitle(_ form: Form) -> String {
    naming(form.order, after: strings.form(form.kind))
  }

  /// Which demande a dialog is about: the wrong patient is noticed before Enter.
  func naming(_ id: Order.ID?, after title: String) -> String {
    guard let id, id == state.selection, let order = state.order(id) else { return title }
    let message = state.selectedRow?.message ?? state.openedSelection?.bodies.last?.message
    return "\(title) \(signs.dot) \(Identity(order, message, strings).full)"
  }

  private mutating func drawFormField(
    _ field: Form.Field, in rect: Rect, labelWidth: Int, form: Form, isActive: Bool
  ) {
    guard !rect.isEmpty else { return }
    let (label, place) = rect.splitLeft(labelWidth)
    put(words(strings.label(field.name, in: form.kind)), in: label, role: .composeLabel)
    let role: Cells.Role = isActive ? .composeFieldActive : .composeField
    let point: Point
    if labelWidth == 0 {
      grid.fill(place, role: role)
      point = drawText(field.buffer, in: place) { _ in role }
    } else {
      let column = drawField(
        field.buffer, in: place, role: role, isSecret: field.name.isSecret, isActive: isActive)
      point = Point(column: column, row: place.row)
    }
    if field.buffer.text.isEmpty, let example = strings.example(field.name) {
      // In parentheses: without colours too it must not pass for something filled in.
      put(words("(\(example))"), in: place, role: .textDim)
    }
    if isActive { cursor = .at(point) }
  }

  // MARK: Menus

  mutating func drawMenu(_ menu: Menu, isOnTop: Bool) {
    let kind = menu.order.flatMap { state.order($0)?.kind } ?? .prescription
    let texts = menu.choices.map { choiceText($0, kind: kind) }
    let title = naming(menu.order, after: strings.menu(menu.kind))
    let hint = words(strings.menuHint).width
    let widest = max(texts.map(\.width).max() ?? 0, words(title).width + 4, hint)
    let rows = min(max(1, texts.count) + 2, dialogRows)
    let room = drawBox(
      columns: min(widest + 6, menuWidth(menu.kind)), rows: rows, title: title)
    putHint(strings.menuHint, in: room.line(room.rows - 1))
    let list = room.splitBottom(2).rest
    if texts.isEmpty {
      put(words(strings.menuEmpty), in: list, role: .dialogText)
      return
    }
    drawChoices(texts, selected: menu.selected, in: list, isOnTop: isOnTop)
  }

  /// A list around its selected line, marked by a sign as well as by colour.
  private mutating func drawChoices(
    _ texts: [Presentable], selected: Int, in list: Rect, isOnTop: Bool
  ) {
    let chosen = min(max(0, selected), texts.count - 1)
    let top = max(0, min(texts.count - list.rows, chosen - list.rows / 2))
    for (row, text) in texts[top...].prefix(list.rows).enumerated() {
      let isSelected = top + row == chosen
      let line = list.line(row)
      let role: Cells.Role = isSelected ? .dialogChoiceSelected : .dialogChoice
      grid.fill(line, role: role)
      put(words(isSelected ? signs.selected : " "), in: line, role: role)
      put(text, in: line.splitLeft(2).rest, role: role)
      if isSelected, isOnTop { cursor = .at(line.origin) }
    }
  }

  private func choiceText(_ choice: Menu.Choice, kind: Order.Kind) -> Presentable {
    if case .status(let status) = choice {
      return words("\(signs.status(status)) \(strings.choice(choice, of: kind, now: now))")
    }
    if case .refused(let demande) = choice, let refusal = demande.refusal {
      return data("\(demande.name) : \(strings.refusal(refusal, now: now))")
    }
    if case .team(let choice) = choice { return teamText(choice) }
    if case .demande(let row) = choice {
      // Five of one name: birth and day of coming tell them apart.
      let identity = Identity(row.order, row.message, strings)
      let moment = strings.moment(row.order.openedAt, now: now)
      let who = identity.traits.isEmpty ? identity.full : "\(identity.full), \(identity.traits)"
      return data(
        "\(signs.status(row.order.status)) \(who) \(signs.dot) \(moment)  \(row.message.title)")
    }
    guard case .message(let id) = choice,
      let message = state.opened?.bodies.first(where: { $0.message.id == id })?.message
    else { return data(strings.choice(choice, of: kind, now: now)) }
    let moment = strings.moment(message.receivedAt, now: now)
    return data("\(moment)  \(message.sender.display)  \(message.title)")
  }

  // MARK: Palette

  mutating func drawPalette(_ palette: Palette, isOnTop: Bool) {
    let rows = min(14, dialogRows)
    let room = drawBox(
      columns: min(100, max(20, grid.size.columns - 4)), rows: rows, title: strings.paletteTitle)
    let prompt = put(words(": "), in: room, role: .promptLabel)
    let field = room.line(0).splitLeft(prompt).rest
    let column = drawField(palette.query, in: field, role: .promptText)
    if isOnTop { cursor = .at(Point(column: column, row: field.row)) }
    let list = room.splitTop(2).rest
    let commands = isOnTop ? state.paletteChoices : []
    if commands.isEmpty {
      put(words(strings.paletteEmpty), in: list, role: .dialogText)
      return
    }
    let context = state.contextUnderPalette
    let chosen = min(max(0, palette.selected), commands.count - 1)
    let top = max(0, min(commands.count - list.rows, chosen - list.rows / 2))
    for (row, command) in commands[top...].prefix(list.rows).enumerated() {
      let line = list.line(row)
      let isSelected = top + row == chosen
      let reason = state.paletteUnavailability(command)
      let role: Cells.Role =
        isSelected ? .dialogChoiceSelected : reason == nil ? .dialogChoice : .hintUnavailable
      grid.fill(line, role: role)
      put(words(isSelected ? signs.selected : " "), in: line, role: role)
      let key = words(self.key(command, in: context) ?? "")
      grid.put(key, rightAlignedIn: line, role: isSelected ? role : .hintKey)
      let text = line.splitLeft(2).rest.splitRight(key.width + 1).rest
      let (title, help) = text.splitLeft(min(28, text.columns))
      put(words(strings.title(command)), in: title.splitRight(1).rest, role: role)
      // Why it cannot act now is worth more than what it would do.
      let sentence =
        reason.map { strings.unavailable(command, $0, now: now) } ?? strings.help(command)
      put(words(sentence), in: help, role: isSelected ? role : .textDim)
    }
  }

  // MARK: Questions

  mutating func drawConfirm(_ confirm: Confirm, isOnTop: Bool) {
    let width = min(60, dialogWidth)
    let question = confirm.question
    var lines = paragraph(strings.question(question), width: width - 4, role: .dialogTitle)
    if let alert = strings.alert(question) {
      lines += paragraph(alert, width: width - 4, role: .safetyAlert)
    }
    lines += paragraph(strings.consequence(question), width: width - 4, role: .dialogText)
    let room = drawBox(
      columns: width, rows: min(lines.count + 4, dialogRows), title: strings.yes(question))
    put(lines, in: room.splitBottom(3).rest)
    let buttons = room.line(room.rows - 2)
    let no = button(strings.no(question), isSelected: !confirm.isYesSelected)
    let yes = button(strings.yes(question), isSelected: confirm.isYesSelected)
    let used = put(no.text, in: buttons, role: no.role)
    let place = buttons.splitLeft(used + 3).rest
    put(yes.text, in: place, role: yes.role)
    if isOnTop { cursor = .at(confirm.isYesSelected ? place.origin : buttons.origin) }
    putHint(strings.confirmHint, in: room.line(room.rows - 1))
  }

  private func button(_ text: String, isSelected: Bool) -> Span {
    isSelected
      ? Span(text: data("[ \(text) ]"), role: .dialogChoiceSelected)
      : Span(text: data("  \(text)  "), role: .dialogChoice)
  }
}
