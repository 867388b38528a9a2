extension SimulationSetup {
    /// What of a setup makes a bug matter at all; without the bug nothing may be found in it.
    package func adapted(to bug: PlantedBug?) -> SimulationSetup {
        var setup = self
        // Orders must be read from the store again and again for these to be seen.
        if bug == .staleUpdateApplied || bug == .snapshotWithoutTail { setup.cachedOrders = 2 }
        if bug == .undoInDependencyOrder {
            setup.cachedOrders = 1
            setup.changingPercent = 50
            // So that what is turned around stays out of the store.
            setup.snapshotInterval = 10_000
        }
        if bug == .attemptsInMemory {
            setup.cachedOrders = 2
            // A system must be silent twice in a row, and the process end in between.
            setup.changingPercent = 50
            setup.silencePercent = 60
            // So that what is forgotten stays out of the store.
            setup.snapshotInterval = 10_000
        }
        return setup
    }
}
