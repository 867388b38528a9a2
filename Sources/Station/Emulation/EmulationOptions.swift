/// What an emulated system does beside what its catalog says.
package struct EmulationOptions: Sendable, Hashable {
    /// Added before each reply.
    package var extraDelayMilliseconds: Int
    /// Of 1,000 requests this many are refused.
    package var failuresPerMille: Int
    /// Of 1,000 replies this many are sent twice.
    package var duplicatesPerMille: Int
    /// Chance comes from this seed and the request's own id, so that a repeated request is answered alike.
    package var seed: UInt64

    package init(
        extraDelayMilliseconds: Int = 0, failuresPerMille: Int = 0, duplicatesPerMille: Int = 0, seed: UInt64 = 1
    ) {
        self.extraDelayMilliseconds = extraDelayMilliseconds
        self.failuresPerMille = failuresPerMille
        self.duplicatesPerMille = duplicatesPerMille
        self.seed = seed
    }
}

/// A small generator of repeatable chance (SplitMix64, after Steele, Lea and Flood).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
