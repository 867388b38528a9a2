#include <malloc.h>
#include <sys/random.h>
