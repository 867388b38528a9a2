internal import Fulfillment
internal import Orders

/// The names a catalog defines, gathered before anything that refers to them is read.
struct CatalogNames {
    var modes: Set<String> = []
    var patterns: Set<String> = []
    var functions: Set<String> = []
    var systems: Set<String> = []
    var stateMaps: Set<String> = []
    var productClasses: Set<String> = []
    var milestones: Set<String> = []
    /// Names of properties that a recognition rule or a policy sets; the whole path and its last part.
    var properties: Set<String> = []
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
        case .productClass: productClasses
        case .milestone: milestones
        case .state: Set(states.nodes.keys.map(\.rawValue))
        }
    }

    mutating func setPlace(_ kind: Kind, _ name: String, _ place: Place) { places["\(kind) \(name)"] = place }
    func place(_ kind: Kind, _ name: String) -> Place { places["\(kind) \(name)"] ?? .start }

    mutating func addProperty(_ path: String) {
        properties.insert(path)
        if let last = path.split(separator: "/").last { properties.insert(String(last)) }
    }
}
