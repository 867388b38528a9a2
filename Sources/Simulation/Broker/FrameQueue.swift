/// What is on its way in one direction, first in first out.
struct FrameQueue<Frame> {
    private var frames: [Frame] = []
    private var head = 0

    var count: Int { frames.count - head }
    var isEmpty: Bool { head == frames.count }

    mutating func append(_ frame: Frame) { frames.append(frame) }

    mutating func takeFirst() -> Frame? {
        guard head < frames.count else { return nil }
        let frame = frames[head]
        head += 1
        if head == frames.count { removeAll() }
        return frame
    }

    func contains(where isWanted: (Frame) -> Bool) -> Bool { frames[head...].contains(where: isWanted) }

    mutating func removeAll() {
        frames.removeAll(keepingCapacity: true)
        head = 0
    }
}
