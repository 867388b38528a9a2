#ifndef CTESTVFS_H
#define CTESTVFS_H

#include <stdint.h>

/// The kinds of files that SQLite keeps for one database.
typedef enum {
    TEST_VFS_DATABASE = 0,
    TEST_VFS_LOG = 1,
    TEST_VFS_OTHER = 2,
} test_vfs_kind;

/// What went through a disk since it was made, by kind of file.
typedef struct {
    int64_t writes[3];
    int64_t syncs[3];
    /// Writes since the last sync of that kind: what a power cut would put in doubt.
    int64_t unsynced_writes[3];
} test_vfs_counts;

/// A disk for SQLite that passes everything on to the default VFS, counts it, and fails on demand.
///
/// Its functions may be called from any thread.
typedef struct test_vfs test_vfs;

/// Registers a disk under `name`, which is copied; NULL when there is no memory.
///
/// With `hides_shared_memory`, files look as on a file system without shared memory, where WAL is not possible.
test_vfs *test_vfs_register(const char *name, int hides_shared_memory);

/// Unregisters and frees a disk; all files on it must be closed.
void test_vfs_unregister(test_vfs *disk);

test_vfs_counts test_vfs_read_counts(test_vfs *disk);

/// Lets the `nth` sync of that kind from now on fail with SQLITE_IOERR_FSYNC, once; 0 takes it back.
void test_vfs_fail_sync(test_vfs *disk, test_vfs_kind kind, int64_t nth);

/// Lets the `nth` write to that kind from now on fail with SQLITE_IOERR_WRITE, once; 0 takes it back.
void test_vfs_fail_write(test_vfs *disk, test_vfs_kind kind, int64_t nth);

/// Lets every write to that kind from the `nth` on fail with SQLITE_FULL; 0 makes room again.
void test_vfs_fill_up(test_vfs *disk, test_vfs_kind kind, int64_t nth);

/// Kills this process with SIGKILL at the `nth` write or sync of any kind from now on: before it, or after half of a
/// write is done when `halfway`.
void test_vfs_kill_process(test_vfs *disk, int64_t nth, int halfway);

/// Like `test_vfs_kill_process`, and takes back what was written and not synced since this call, as a power cut would:
/// all of it with `seed` 0, else each write or not, whatever their order. Asked for before anybody writes.
///
/// With `lies_about_syncs`, syncs save nothing. Returns 0 when there is no memory.
int test_vfs_cut_power(test_vfs *disk, int64_t nth, int halfway, uint64_t seed, int lies_about_syncs);

#endif
