// A VFS that stands between SQLite and another one and gathers the writes to write-ahead logs. Every other file is the
// other one's own; every other method is passed on.

#include "CLogVFS.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

// What one call writes at most; a commit of some hundred pages takes a few. SQLite's own VFS for Unix takes less than
// 128 KiB at a time.
enum { GATHERED_BYTES_MAX = 124 << 10 };
// The header of a frame; its second number tells the last frame of a commit from those before it.
enum { FRAME_HEADER_BYTES = 24 };

typedef struct log_vfs {
    sqlite3_vfs base;
    // By name: a test's file system comes and goes.
    char *parent_name;
    struct log_vfs *next;
} log_vfs;

typedef struct {
    sqlite3_file base;
    unsigned char *bytes;
    int count;
    // Where in the file the gathered bytes belong.
    sqlite3_int64 start;
    // The last frame of a commit has begun: whatever comes is written at once until another frame begins.
    int ends_commit;
    // The parent's file stands behind this struct.
} log_file;

static sqlite3_vfs *parent_of(sqlite3_vfs *vfs) { return sqlite3_vfs_find(((log_vfs *)vfs)->parent_name); }
static log_file *own(sqlite3_file *file) { return (log_file *)file; }
static sqlite3_file *inner(sqlite3_file *file) { return (sqlite3_file *)((log_file *)file + 1); }

// MARK: Logs

// What could not be written is forgotten: the transaction fails, and the next one begins at the same place.
static int flush(sqlite3_file *file) {
    log_file *log = own(file);
    int count = log->count;
    if (count == 0) return SQLITE_OK;
    log->count = 0;
    return inner(file)->pMethods->xWrite(inner(file), log->bytes, count, log->start);
}

static int is_last_of_commit(const unsigned char *header) {
    return (header[4] | header[5] | header[6] | header[7]) != 0;
}

static int log_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    log_file *log = own(file);
    int is_header = count == FRAME_HEADER_BYTES;
    if (is_header) log->ends_commit = is_last_of_commit(bytes);
    if (log->count > 0 && (offset != log->start + log->count || count > GATHERED_BYTES_MAX - log->count)) {
        int code = flush(file);
        if (code != SQLITE_OK) return code;
    }
    if (count > GATHERED_BYTES_MAX) return inner(file)->pMethods->xWrite(inner(file), bytes, count, offset);
    if (log->count == 0) log->start = offset;
    memcpy(log->bytes + log->count, bytes, (size_t)count);
    log->count += count;
    return log->ends_commit && !is_header ? flush(file) : SQLITE_OK;
}

static int log_close(sqlite3_file *file) {
    int flushed = flush(file);
    int closed = inner(file)->pMethods->xClose(inner(file));
    free(own(file)->bytes);
    own(file)->bytes = 0;
    return flushed != SQLITE_OK ? flushed : closed;
}

static int log_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
    int code = flush(file);
    return code != SQLITE_OK ? code : inner(file)->pMethods->xRead(inner(file), bytes, count, offset);
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size) {
    int code = flush(file);
    return code != SQLITE_OK ? code : inner(file)->pMethods->xTruncate(inner(file), size);
}

static int log_sync(sqlite3_file *file, int flags) {
    int code = flush(file);
    return code != SQLITE_OK ? code : inner(file)->pMethods->xSync(inner(file), flags);
}

static int log_size(sqlite3_file *file, sqlite3_int64 *size) {
    int code = flush(file);
    return code != SQLITE_OK ? code : inner(file)->pMethods->xFileSize(inner(file), size);
}

static int log_control(sqlite3_file *file, int operation, void *argument) {
    int code = flush(file);
    return code != SQLITE_OK ? code : inner(file)->pMethods->xFileControl(inner(file), operation, argument);
}

static int log_lock(sqlite3_file *file, int level) { return inner(file)->pMethods->xLock(inner(file), level); }

static int log_unlock(sqlite3_file *file, int level) { return inner(file)->pMethods->xUnlock(inner(file), level); }

static int log_check_reserved_lock(sqlite3_file *file, int *result) {
    return inner(file)->pMethods->xCheckReservedLock(inner(file), result);
}

static int log_sector_size(sqlite3_file *file) { return inner(file)->pMethods->xSectorSize(inner(file)); }

static int log_characteristics(sqlite3_file *file) {
    return inner(file)->pMethods->xDeviceCharacteristics(inner(file));
}

// Version 1: a log has no shared memory of its own, and is not read through a mapping.
static const sqlite3_io_methods methods = {
    1, log_close, log_read, log_write, log_truncate, log_sync, log_size, log_lock, log_unlock,
    log_check_reserved_lock, log_control, log_sector_size, log_characteristics, 0, 0, 0, 0, 0, 0,
};

// MARK: The file system

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *flags_out) {
    sqlite3_vfs *parent = parent_of(vfs);
    file->pMethods = 0;
    if (!parent || (int)sizeof(log_file) + parent->szOsFile > vfs->szOsFile) return SQLITE_CANTOPEN;
    if (!(flags & SQLITE_OPEN_WAL)) return parent->xOpen(parent, name, file, flags, flags_out);
    log_file *log = own(file);
    *log = (log_file){.bytes = malloc(GATHERED_BYTES_MAX)};
    if (!log->bytes) return SQLITE_NOMEM;
    inner(file)->pMethods = 0;
    int code = parent->xOpen(parent, name, inner(file), flags, flags_out);
    if (inner(file)->pMethods) {
        // SQLite closes it, also where opening it failed.
        log->base.pMethods = &methods;
    } else {
        free(log->bytes);
        log->bytes = 0;
    }
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int syncs_folder) {
    sqlite3_vfs *parent = parent_of(vfs);
    return parent ? parent->xDelete(parent, name, syncs_folder) : SQLITE_IOERR_DELETE;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
    sqlite3_vfs *parent = parent_of(vfs);
    return parent ? parent->xAccess(parent, name, flags, result) : SQLITE_IOERR_ACCESS;
}

static int vfs_full_pathname(sqlite3_vfs *vfs, const char *name, int count, char *result) {
    sqlite3_vfs *parent = parent_of(vfs);
    return parent ? parent->xFullPathname(parent, name, count, result) : SQLITE_CANTOPEN;
}

static int vfs_randomness(sqlite3_vfs *vfs, int count, char *bytes) {
    sqlite3_vfs *parent = parent_of(vfs);
    return parent ? parent->xRandomness(parent, count, bytes) : 0;
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds) {
    sqlite3_vfs *parent = parent_of(vfs);
    return parent ? parent->xSleep(parent, microseconds) : 0;
}

static int vfs_current_time(sqlite3_vfs *vfs, double *time) {
    sqlite3_vfs *parent = parent_of(vfs);
    return parent ? parent->xCurrentTime(parent, time) : SQLITE_ERROR;
}

static int vfs_last_error(sqlite3_vfs *vfs, int count, char *text) {
    sqlite3_vfs *parent = parent_of(vfs);
    return parent ? parent->xGetLastError(parent, count, text) : 0;
}

static int vfs_current_time_64(sqlite3_vfs *vfs, sqlite3_int64 *time) {
    sqlite3_vfs *parent = parent_of(vfs);
    return parent && parent->iVersion >= 2 && parent->xCurrentTimeInt64
        ? parent->xCurrentTimeInt64(parent, time)
        : SQLITE_ERROR;
}

static log_vfs *make(const sqlite3_vfs *parent) {
    log_vfs *made = calloc(1, sizeof *made);
    char *name = made ? sqlite3_mprintf("gathering-%s", parent->zName) : 0;
    char *parent_name = name ? strdup(parent->zName) : 0;
    if (!parent_name) {
        sqlite3_free(name);
        free(made);
        return 0;
    }
    made->parent_name = parent_name;
    made->base = (sqlite3_vfs){
        .iVersion = parent->iVersion >= 2 && parent->xCurrentTimeInt64 ? 2 : 1,
        .szOsFile = (int)sizeof(log_file) + parent->szOsFile,
        .mxPathname = parent->mxPathname,
        .zName = name,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_pathname,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_current_time,
        .xGetLastError = vfs_last_error,
        .xCurrentTimeInt64 = vfs_current_time_64,
    };
    if (sqlite3_vfs_register(&made->base, 0) != SQLITE_OK) {
        free(parent_name);
        sqlite3_free(name);
        free(made);
        return 0;
    }
    return made;
}

const char *log_vfs_over(const char *parent_name) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static log_vfs *all = 0;
    sqlite3_vfs *parent = sqlite3_vfs_find(parent_name);
    if (!parent) return 0;
    pthread_mutex_lock(&lock);
    log_vfs *found = all;
    while (found && strcmp(found->parent_name, parent->zName) != 0) found = found->next;
    if (!found && (found = make(parent))) {
        found->next = all;
        all = found;
    }
    pthread_mutex_unlock(&lock);
    return found ? found->base.zName : 0;
}
