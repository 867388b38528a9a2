/* Makes Thread Sanitizer see the slow path of Swift's Mutex.

   Taking and giving back a free Mutex is inlined into our code, where the sanitizer sees it. A Mutex that another thread
   holds is taken and given back in libswiftSynchronization, which is not instrumented: what the lock orders then looks
   unordered, and is reported as a race. These functions stand in for the library's, call them, and tell the sanitizer.
   Nothing is suppressed, so a true race beside the lock is still reported. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef SWIFT void (*lock_function)(uint32_t, SELF);
typedef SWIFT bool (*try_lock_function)(SELF);
typedef SWIFT void (*unlock_function)(SELF);

SWIFT void waystation_lock_slow(uint32_t thread, SELF) __asm__(LOCK);
SWIFT bool waystation_try_lock_slow(SELF) __asm__(TRY_LOCK);
SWIFT void waystation_unlock_slow(SELF) __asm__(UNLOCK);

static lock_function library_lock;
static try_lock_function library_try_lock;
static unlock_function library_unlock;

__attribute__((constructor)) static void find_library_functions(void) {
  library_lock = (lock_function)dlsym(RTLD_NEXT, LOCK);
  library_try_lock = (try_lock_function)dlsym(RTLD_NEXT, TRY_LOCK);
  library_unlock = (unlock_function)dlsym(RTLD_NEXT, UNLOCK);
}

SWIFT void waystation_lock_slow(uint32_t thread, SELF) {
  library_lock(thread, self);
  __tsan_acquire(self);
}

SWIFT bool waystation_try_lock_slow(SELF) {
  bool is_taken = library_try_lock(self);
  if (is_taken) __tsan_acquire(self);
  return is_taken;
}

SWIFT void waystation_unlock_slow(SELF) {
  __tsan_release(self);
  library_unlock(self);
}
