/// A name from the outside world or from a catalog: text, compared exactly, never parsed for meaning.
package protocol TextIdentifier: RawRepresentable, Hashable, Codable, Sendable, Comparable,
    CustomStringConvertible,
    ExpressibleByStringLiteral, CodingKeyRepresentable
where RawValue == String {
    init(rawValue: String)
}

extension TextIdentifier {
    package init(stringLiteral value: String) { self.init(rawValue: value) }
    package init(_ value: String) { self.init(rawValue: value) }
    package var description: String { rawValue }
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    // What `RawRepresentable` has for this goes through tables of functions at every look into a table of names.
    @inlinable
    package static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

    @inlinable
    package func _rawHashValue(seed: Int) -> Int { TextHash.of(rawValue, seed: seed) }
}

/// The sender's identification of an order, equal in all its revisions.
package struct OrderKey: TextIdentifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// The sender's identification of a line, unique in its order.
package struct LineID: TextIdentifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// An order component: `function/system/granularity key`, equal in every run over the same order and catalog.
package struct ComponentID: TextIdentifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A worker's role, such as `COM` or `SOM`.
package struct RoleName: TextIdentifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// Identifies a message for ever, across redeliveries: the EBMID of an EBM.
package struct MessageID: TextIdentifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A fulfillment function: a step such as `ProvisionOrder`.
package struct FunctionName: TextIdentifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A fulfillment system that performs functions.
package struct SystemName: TextIdentifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A fulfillment pattern: what a class of products needs.
package struct PatternName: TextIdentifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A fulfillment mode such as `Deliver` or `Qualify`.
package struct ModeName: TextIdentifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A fulfillment state in the catalog's tree of states, such as `IN_PROGRESS-PROVISION_START`.
package struct StateName: TextIdentifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A milestone such as `PROVISION DESIGNED`.
package struct MilestoneName: TextIdentifier {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// Names an order within one role: COM and SOM each have their own order of the same sale.
package struct OrderID: Hashable, Codable, Sendable, Comparable, CustomStringConvertible {
    package var role: RoleName
    package var key: OrderKey

    package init(role: RoleName, key: OrderKey) {
        self.role = role
        self.key = key
    }

    package var description: String { "\(role)/\(key)" }

    @inlinable
    package func _rawHashValue(seed: Int) -> Int {
        role._rawHashValue(seed: key._rawHashValue(seed: seed))
    }

    package static func < (left: OrderID, right: OrderID) -> Bool {
        (left.role, left.key) < (right.role, right.key)
    }
}
