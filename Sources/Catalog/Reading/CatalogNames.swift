internal import Fulfillment
internal import Orders

/// The names a catalog defines, gathered before anything that refers to them is read.
struct CatalogNames {
    var modes: Set<String> = []
    var patterns: Set<String> = []
    var functions: Set<String> = []
    var systems: Set<String> = []
    var stateMaps: Set<String> = []
    var valueMaps: Set<String> = []
    var productClasses: Set<String> = []
    var milestones: Set<String> = []
    /// Names of properties that a recognition rule or a policy sets; the whole path and every end of it.
    var properties: Set<String> = []
    /// The same by what they belong to: properties that recognition rules read from messages.
    var readProperties: [Translation.Scope: Set<String>] = [:]
    /// The same by what they belong to: properties that policies set.
    var assignedProperties: [Translation.Scope: Set<String>] = [:]
    /// Whether messages are taken that may bring properties of any name.
    var takesMessages = false
    /// Whether a recognition rule reads attributes, which may have any name.
    var readsAttributes = false
    /// The tree of states, complete.
    var states = StateTree.standard
    /// Where things stand that are judged once everything is read.
    var places: [String: Place] = [:]

    /// What kind of name a reference is, as messages say it.
    enum Kind: String {
        case mode
        case pattern
        case function
        case system
        case stateMap = "state map"
        case valueMap = "value map"
        case productClass = "product class"
        case milestone
        case state
    }

    func known(_ kind: Kind) -> Set<String> {
        switch kind {
        case .mode: modes
        case .pattern: patterns
        case .function: functions
        case .system: systems
        case .stateMap: stateMaps
        case .valueMap: valueMaps
        case .productClass: productClasses
        case .milestone: milestones
        case .state: Set(states.nodes.keys.map(\.rawValue))
        }
    }

    mutating func setPlace(_ kind: Kind, _ name: String, _ place: Place) { places["\(kind) \(name)"] = place }
    func place(_ kind: Kind, _ name: String) -> Place { places["\(kind) \(name)"] ?? .start }

    mutating func addRead(_ path: String, of scope: Translation.Scope) {
        let names = Self.names(of: path)
        properties.formUnion(names)
        readProperties[scope, default: []].formUnion(names)
    }

    mutating func addAssigned(_ path: String, to scope: Translation.Scope) {
        let names = Self.names(of: path)
        properties.formUnion(names)
        assignedProperties[scope, default: []].formUnion(names)
    }

    /// The path, and every end of it.
    private static func names(of path: String) -> [String] {
        let parts = path.split(separator: "/")
        return [path] + parts.indices.dropFirst().map { parts[$0...].joined(separator: "/") }
    }

    /// Whether that part of an order may have values whose names the catalog does not say.
    func mayHaveOtherValues(_ scope: Translation.Scope) -> Bool {
        takesMessages || (scope == .line && readsAttributes)
    }
}
