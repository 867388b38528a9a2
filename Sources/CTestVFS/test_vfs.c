// A VFS that stands between SQLite and the default one: it counts writes and syncs by kind of file, fails the n-th of
// them, reports a full disk, or kills the process in the middle of one, with what was not synced if a power cut is
// wanted. Every method that is not counted is passed on.

#include "CTestVFS.h"
#include "unsynced.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct test_vfs {
    sqlite3_vfs base;
    sqlite3_vfs *parent;
    int hides_shared_memory;
    atomic_llong writes[3];
    atomic_llong syncs[3];
    atomic_llong unsynced_writes[3];
    // Countdowns: 0 is off, 1 strikes at the next operation.
    atomic_llong sync_failure[3];
    atomic_llong write_failure[3];
    atomic_llong fill_up[3];
    atomic_llong kill;
    atomic_int kills_halfway;
    // NULL until a power cut is wanted.
    unsynced *unsynced;
    uint64_t power_cut_seed;
    int forgets_no_write;
};

typedef struct {
    sqlite3_file base;
    test_vfs *disk;
    test_vfs_kind kind;
    // SQLite's own, for as long as the file is open.
    const char *path;
    // The parent's file stands behind this struct.
} test_file;

static test_vfs *disk_of(sqlite3_vfs *vfs) { return (test_vfs *)vfs; }
static test_file *own(sqlite3_file *file) { return (test_file *)file; }
static sqlite3_file *inner(sqlite3_file *file) { return (sqlite3_file *)((test_file *)file + 1); }

// Counts down and says whether this operation is the one that was asked for.
static int strikes(atomic_llong *countdown) {
    long long now = atomic_load(countdown);
    while (now > 0) {
        if (atomic_compare_exchange_weak(countdown, &now, now - 1)) return now == 1;
    }
    return 0;
}

// Like strikes, but stays at 1: everything after the n-th fails too.
static int has_struck(atomic_llong *countdown) {
    long long now = atomic_load(countdown);
    while (now > 1) {
        if (atomic_compare_exchange_weak(countdown, &now, now - 1)) return 0;
    }
    return now == 1;
}

static void die(test_vfs *disk) {
    if (disk->unsynced) unsynced_take_back(disk->unsynced, disk->power_cut_seed);
    kill(getpid(), SIGKILL);
    // The signal may take a moment; nothing may happen after it.
    for (;;) pause();
}

// MARK: Files

static int file_close(sqlite3_file *file) { return inner(file)->pMethods->xClose(inner(file)); }

static int file_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    return inner(file)->pMethods->xRead(inner(file), bytes, count, offset);
}

static int write_inner(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    unsynced *list = own(file)->disk->unsynced;
    if (list && own(file)->path) return unsynced_write(list, own(file)->path, inner(file), bytes, count, offset);
    return inner(file)->pMethods->xWrite(inner(file), bytes, count, offset);
}

static int file_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    test_vfs *disk = own(file)->disk;
    test_vfs_kind kind = own(file)->kind;
    if (strikes(&disk->kill)) {
        if (atomic_load(&disk->kills_halfway)) {
            write_inner(file, bytes, count / 2, offset);
        }
        die(disk);
    }
    if (has_struck(&disk->fill_up[kind])) return SQLITE_FULL;
    if (strikes(&disk->write_failure[kind])) return SQLITE_IOERR_WRITE;
    atomic_fetch_add(&disk->writes[kind], 1);
    atomic_fetch_add(&disk->unsynced_writes[kind], 1);
    return write_inner(file, bytes, count, offset);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
    unsynced *list = own(file)->disk->unsynced;
    if (list && own(file)->path) return unsynced_write(list, own(file)->path, inner(file), 0, 0, size);
    return inner(file)->pMethods->xTruncate(inner(file), size);
}

static int file_sync(sqlite3_file *file, int flags) {
    test_vfs *disk = own(file)->disk;
    test_vfs_kind kind = own(file)->kind;
    if (strikes(&disk->kill)) die(disk);
    if (strikes(&disk->sync_failure[kind])) return SQLITE_IOERR_FSYNC;
    int code = inner(file)->pMethods->xSync(inner(file), flags);
    if (code == SQLITE_OK) {
        atomic_fetch_add(&disk->syncs[kind], 1);
        atomic_store(&disk->unsynced_writes[kind], 0);
        if (disk->unsynced && own(file)->path && !disk->forgets_no_write) {
            unsynced_forget(disk->unsynced, own(file)->path);
        }
    }
    return code;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
    return inner(file)->pMethods->xFileSize(inner(file), size);
}

static int file_lock(sqlite3_file *file, int level) { return inner(file)->pMethods->xLock(inner(file), level); }

static int file_unlock(sqlite3_file *file, int level) { return inner(file)->pMethods->xUnlock(inner(file), level); }

static int file_check_reserved_lock(sqlite3_file *file, int *result) {
    return inner(file)->pMethods->xCheckReservedLock(inner(file), result);
}

static int file_control(sqlite3_file *file, int operation, void *argument) {
    return inner(file)->pMethods->xFileControl(inner(file), operation, argument);
}

static int file_sector_size(sqlite3_file *file) { return inner(file)->pMethods->xSectorSize(inner(file)); }

static int file_characteristics(sqlite3_file *file) {
    return inner(file)->pMethods->xDeviceCharacteristics(inner(file));
}

static int file_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **memory) {
    return inner(file)->pMethods->xShmMap(inner(file), region, size, extend, memory);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
    return inner(file)->pMethods->xShmLock(inner(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file) { inner(file)->pMethods->xShmBarrier(inner(file)); }

static int file_shm_unmap(sqlite3_file *file, int deletes) {
    return inner(file)->pMethods->xShmUnmap(inner(file), deletes);
}

// Version 2 has shared memory and no memory-mapped reading, which the store does not use.
static const sqlite3_io_methods methods = {
    2, file_close, file_read, file_write, file_truncate, file_sync, file_size, file_lock, file_unlock,
    file_check_reserved_lock, file_control, file_sector_size, file_characteristics, file_shm_map, file_shm_lock,
    file_shm_barrier, file_shm_unmap, 0, 0,
};

static const sqlite3_io_methods methods_without_shared_memory = {
    1, file_close, file_read, file_write, file_truncate, file_sync, file_size, file_lock, file_unlock,
    file_check_reserved_lock, file_control, file_sector_size, file_characteristics, 0, 0, 0, 0, 0, 0,
};

// MARK: The file system

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *flags_out) {
    test_vfs *disk = disk_of(vfs);
    test_file *opened = own(file);
    opened->base.pMethods = 0;
    opened->disk = disk;
    opened->path = name;
    opened->kind = (flags & SQLITE_OPEN_MAIN_DB) ? TEST_VFS_DATABASE
        : (flags & SQLITE_OPEN_WAL) ? TEST_VFS_LOG
                                    : TEST_VFS_OTHER;
    int code = disk->parent->xOpen(disk->parent, name, inner(file), flags, flags_out);
    if (inner(file)->pMethods != 0) {
        opened->base.pMethods = disk->hides_shared_memory ? &methods_without_shared_memory : &methods;
    }
    return code;
}

static int disk_delete(sqlite3_vfs *vfs, const char *name, int syncs_folder) {
    return disk_of(vfs)->parent->xDelete(disk_of(vfs)->parent, name, syncs_folder);
}

static int disk_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
    return disk_of(vfs)->parent->xAccess(disk_of(vfs)->parent, name, flags, result);
}

static int disk_full_pathname(sqlite3_vfs *vfs, const char *name, int count, char *result) {
    return disk_of(vfs)->parent->xFullPathname(disk_of(vfs)->parent, name, count, result);
}

static int disk_randomness(sqlite3_vfs *vfs, int count, char *bytes) {
    return disk_of(vfs)->parent->xRandomness(disk_of(vfs)->parent, count, bytes);
}

static int disk_sleep(sqlite3_vfs *vfs, int microseconds) {
    return disk_of(vfs)->parent->xSleep(disk_of(vfs)->parent, microseconds);
}

static int disk_current_time(sqlite3_vfs *vfs, double *time) {
    return disk_of(vfs)->parent->xCurrentTime(disk_of(vfs)->parent, time);
}

static int disk_last_error(sqlite3_vfs *vfs, int count, char *text) {
    return disk_of(vfs)->parent->xGetLastError(disk_of(vfs)->parent, count, text);
}

test_vfs *test_vfs_register(const char *name, int hides_shared_memory) {
    sqlite3_vfs *parent = sqlite3_vfs_find(0);
    test_vfs *disk = parent ? calloc(1, sizeof *disk) : 0;
    char *copy = disk ? strdup(name) : 0;
    if (!copy) {
        free(disk);
        return 0;
    }
    disk->parent = parent;
    disk->hides_shared_memory = hides_shared_memory;
    disk->base = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(test_file) + parent->szOsFile,
        .mxPathname = parent->mxPathname,
        .zName = copy,
        .xOpen = disk_open,
        .xDelete = disk_delete,
        .xAccess = disk_access,
        .xFullPathname = disk_full_pathname,
        .xRandomness = disk_randomness,
        .xSleep = disk_sleep,
        .xCurrentTime = disk_current_time,
        .xGetLastError = disk_last_error,
    };
    if (sqlite3_vfs_register(&disk->base, 0) != SQLITE_OK) {
        free(copy);
        free(disk);
        return 0;
    }
    return disk;
}

void test_vfs_unregister(test_vfs *disk) {
    sqlite3_vfs_unregister(&disk->base);
    free((char *)disk->base.zName);
    unsynced_destroy(disk->unsynced);
    free(disk);
}

test_vfs_counts test_vfs_read_counts(test_vfs *disk) {
    test_vfs_counts counts;
    for (int kind = 0; kind < 3; kind++) {
        counts.writes[kind] = atomic_load(&disk->writes[kind]);
        counts.syncs[kind] = atomic_load(&disk->syncs[kind]);
        counts.unsynced_writes[kind] = atomic_load(&disk->unsynced_writes[kind]);
    }
    return counts;
}

void test_vfs_fail_sync(test_vfs *disk, test_vfs_kind kind, int64_t nth) {
    atomic_store(&disk->sync_failure[kind], nth);
}

void test_vfs_fail_write(test_vfs *disk, test_vfs_kind kind, int64_t nth) {
    atomic_store(&disk->write_failure[kind], nth);
}

void test_vfs_fill_up(test_vfs *disk, test_vfs_kind kind, int64_t nth) { atomic_store(&disk->fill_up[kind], nth); }

void test_vfs_kill_process(test_vfs *disk, int64_t nth, int halfway) {
    atomic_store(&disk->kills_halfway, halfway);
    atomic_store(&disk->kill, nth);
}

int test_vfs_cut_power(test_vfs *disk, int64_t nth, int halfway, uint64_t seed, int lies_about_syncs) {
    disk->unsynced = unsynced_create();
    if (!disk->unsynced) return 0;
    disk->power_cut_seed = seed;
    disk->forgets_no_write = lies_about_syncs;
    test_vfs_kill_process(disk, nth, halfway);
    return 1;
}
