#include "unsynced.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct change {
    struct change *older;
    struct change *newer;
    char *path;
    int64_t offset;
    sqlite3_int64 size_before;
    // What was there, as far as the file reached, and what came there; a cut has nothing that came.
    unsigned char *before;
    int before_count;
    unsigned char *after;
    int after_count;
    int is_cut;
} change;

struct unsynced {
    pthread_mutex_t lock;
    change *oldest;
    change *newest;
};

unsynced *unsynced_create(void) {
    unsynced *list = calloc(1, sizeof *list);
    if (list) pthread_mutex_init(&list->lock, 0);
    return list;
}

static void remove_change(unsynced *list, change *gone) {
    if (gone->older) gone->older->newer = gone->newer; else list->oldest = gone->newer;
    if (gone->newer) gone->newer->older = gone->older; else list->newest = gone->older;
    free(gone->path);
    free(gone->before);
    free(gone->after);
    free(gone);
}

void unsynced_destroy(unsynced *list) {
    if (!list) return;
    while (list->oldest) remove_change(list, list->oldest);
    pthread_mutex_destroy(&list->lock);
    free(list);
}

static int read_before(change *made, sqlite3_file *file, int64_t count) {
    int64_t reach = made->size_before - made->offset;
    made->before_count = reach <= 0 ? 0 : (int)(reach < count ? reach : count);
    made->before = malloc(made->before_count + 1);
    if (!made->before) return SQLITE_NOMEM;
    if (made->before_count == 0) return SQLITE_OK;
    return file->pMethods->xRead(file, made->before, made->before_count, made->offset);
}

static int record(unsynced *list, const char *path, sqlite3_file *file, const void *bytes, int count, int64_t offset) {
    change *made = calloc(1, sizeof *made);
    if (!made) return SQLITE_NOMEM;
    made->path = strdup(path);
    made->offset = offset;
    made->is_cut = bytes == 0;
    made->after_count = made->is_cut ? 0 : count;
    made->after = malloc(made->after_count + 1);
    int code = made->path && made->after ? SQLITE_OK : SQLITE_NOMEM;
    if (code == SQLITE_OK) code = file->pMethods->xFileSize(file, &made->size_before);
    if (code == SQLITE_OK) code = read_before(made, file, made->is_cut ? INT64_MAX : count);
    if (code != SQLITE_OK) {
        free(made->path);
        free(made->before);
        free(made->after);
        free(made);
        return code;
    }
    if (made->after_count > 0) memcpy(made->after, bytes, made->after_count);
    made->older = list->newest;
    if (list->newest) list->newest->newer = made; else list->oldest = made;
    list->newest = made;
    return SQLITE_OK;
}

int unsynced_write(unsynced *list, const char *path, sqlite3_file *file, const void *bytes, int count, int64_t offset) {
    pthread_mutex_lock(&list->lock);
    int code = record(list, path, file, bytes, count, offset);
    if (code == SQLITE_OK) {
        code = bytes ? file->pMethods->xWrite(file, bytes, count, offset) : file->pMethods->xTruncate(file, offset);
    }
    pthread_mutex_unlock(&list->lock);
    return code;
}

void unsynced_forget(unsynced *list, const char *path) {
    pthread_mutex_lock(&list->lock);
    for (change *each = list->oldest, *next; each; each = next) {
        next = each->newer;
        if (strcmp(each->path, path) == 0) remove_change(list, each);
    }
    pthread_mutex_unlock(&list->lock);
}

// MARK: The power cut

static void put(const change *made, const unsigned char *bytes, int count, int64_t size) {
    int file = open(made->path, O_WRONLY);
    if (file < 0) abort();
    if (count > 0 && pwrite(file, bytes, count, made->offset) != count) abort();
    if (size >= 0 && ftruncate(file, size) != 0) abort();
    close(file);
}

// xorshift64: which writes a disk had got round to when power went is anybody's guess.
static int is_kept(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (*state >> 33) & 1;
}

void unsynced_take_back(unsynced *list, uint64_t seed) {
    // Never unlocked: whoever writes now waits for the end of the process.
    pthread_mutex_lock(&list->lock);
    for (change *each = list->newest; each; each = each->older) {
        put(each, each->before, each->before_count, each->size_before);
    }
    if (seed == 0) return;
    uint64_t state = seed * 0x9E3779B97F4A7C15u;
    for (change *each = list->oldest; each; each = each->newer) {
        if (is_kept(&state)) put(each, each->after, each->after_count, each->is_cut ? each->offset : -1);
    }
}
