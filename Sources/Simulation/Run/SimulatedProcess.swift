package import Orders

/// A station process, whose threads take their turns when they are told to.
package protocol SimulatedProcess: AnyObject {
    /// How many threads it has.
    var stageCount: Int { get }
    /// What a thread is called in traces.
    func name(ofStage stage: Int) -> String
    /// Whether a thread has something to do at this moment.
    func isAwake(stage: Int) -> Bool
    /// A thread takes one turn; throws when the process cannot go on.
    func step(stage: Int) throws
    /// When the wall clock gives it something to do.
    var nextMoment: Timestamp? { get }
}
