/// Why JSON text cannot be read, and where; never what it says.
struct JSONDamage: Error, CustomStringConvertible {
    private var problem: String
    private var offset: Int
    /// From the inside out.
    private var path: [String] = []

    init(_ problem: String, at offset: Int) {
        self.problem = problem
        self.offset = offset
    }

    func inside(field name: StaticString) -> JSONDamage { inside(".\(name)") }
    func inside(element index: Int) -> JSONDamage { inside("[\(index)]") }

    func inside(_ place: String) -> JSONDamage {
        var damage = self
        damage.path.append(place)
        return damage
    }

    var description: String {
        let place = path.reversed().joined()
        let field = place.hasPrefix(".") ? String(place.dropFirst()) : place
        return "\(field.isEmpty ? "" : "at \(field), ")byte \(offset): \(problem)"
    }
}
