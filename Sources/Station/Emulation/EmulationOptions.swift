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
        extraDelayMilliseconds: Int = 0,
        failuresPerMille: Int = 0,
        duplicatesPerMille: Int = 0,
        seed: UInt64 = 1
    ) {
        self.extraDelayMilliseconds = extraDelayMilliseconds
        self.failuresPerMille = failuresPerMille
        self.duplicatesPerMille = duplicatesPerMille
        self.seed = seed
    }
}
