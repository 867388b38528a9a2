import CMalloc

/// How the process keeps memory that it will soon need again.
enum Memory {
    /// Freed memory at the end of a heap is given back to the kernel beyond this only: a page that comes anew is cleared
    /// first, which cost a twentieth of a hop.
    private static let keptBytes: Int32 = 16 << 20
    /// Blocks above this come from the kernel and go back to it one by one.
    private static let ownMappingBytes: Int32 = 4 << 20

    /// For a worker that takes messages all day; called once at the start.
    static func keepForReuse() {
        // A C library that does not know an option leaves it as it is.
        mallopt(M_TRIM_THRESHOLD, keptBytes)
        mallopt(M_MMAP_THRESHOLD, ownMappingBytes)
    }
}
