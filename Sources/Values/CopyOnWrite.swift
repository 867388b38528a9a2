/// A value kept behind one reference: a copy counts one reference, and whoever writes while others hold it gets a
/// value of its own first.
@frozen
package struct CopyOnWrite<Value: Sendable>: Sendable {
    /// `@unchecked Sendable`: `value` is only written through ``CopyOnWrite/value``, by an owner that has just made sure
    /// that nobody else holds this object; everybody else only reads it.
    @usableFromInline
    final class Storage: @unchecked Sendable {
        // Without a check at run time of who else is at it: every access is one to `CopyOnWrite.value`, where that is
        // checked for the owner. To check it here again costs up to a twenty-fifth of a hop.
        @exclusivity(unchecked) @usableFromInline
        var value: Value

        @inlinable
        init(_ value: Value) { self.value = value }
    }

    @usableFromInline
    var storage: Storage

    @inlinable
    package init(_ value: Value) { storage = Storage(value) }

    /// Whether both are copies of which neither was written to: then they are equal, which costs no comparison.
    @inlinable
    package func isIdentical(to other: Self) -> Bool { storage === other.storage }

    @inlinable
    package var value: Value {
        _read { yield storage.value }
        _modify {
            if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.value) }
            yield &storage.value
        }
    }
}

extension CopyOnWrite: Equatable where Value: Equatable {
    @inlinable
    package static func == (left: Self, right: Self) -> Bool {
        left.storage === right.storage || left.storage.value == right.storage.value
    }
}

extension CopyOnWrite: Hashable where Value: Hashable {
    @inlinable
    package func hash(into hasher: inout Hasher) { hasher.combine(storage.value) }
}
