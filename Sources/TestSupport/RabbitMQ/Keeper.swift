import Foundation

/// A process that ends others and removes a folder when its maker lets go of it or dies, in whatever way.
final class Keeper: Sendable {
    /// Closing its write end, also by dying, is the sign.
    private let pipe = Pipe()

    /// The files, in the folder, hold the numbers of the processes to end.
    init(folder: URL, processFiles: [String] = []) throws {
        let script = """
            cat >/dev/null
            folder=$1
            shift
            for file; do
                [ -s "$folder/$file" ] && kill -9 "$(cat "$folder/$file")"
            done
            rm -rf "$folder"
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script, "keeper", folder.path] + processFiles
        process.standardInput = pipe
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        // A pipe that is closed already has done its work.
        try? pipe.fileHandleForWriting.close()
    }
}
