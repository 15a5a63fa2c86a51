/* The JNI library of the application under test: state of its own, a callback, malloc blocks that grow, kernel objects. */
#define _GNU_SOURCE /* memfd_create */
#include <fcntl.h>
#include <jni.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

static jint counter;

JNIEXPORT jint JNICALL Java_crjvm_it_app_NativeExercise_count(JNIEnv *env, jclass type)
{
	(void)env;
	(void)type;
	return ++counter;
}

JNIEXPORT jint JNICALL Java_crjvm_it_app_NativeExercise_callBack(JNIEnv *env, jclass type, jint value)
{
	jmethodID twice = (*env)->GetStaticMethodID(env, type, "twice", "(I)I");

	return twice == NULL ? -1 : (*env)->CallStaticIntMethod(env, type, twice, value);
}

JNIEXPORT jlong JNICALL Java_crjvm_it_app_NativeExercise_allocate(JNIEnv *env, jclass type, jint size)
{
	unsigned char *block = malloc((size_t)size);

	(void)env;
	(void)type;
	for (jint i = 0; block != NULL && i < size; i++)
		block[i] = (unsigned char)(i * 7);
	return (jlong)block;
}

/* Blocks of this size are mappings of their own: realloc grows them with mremap, beyond what an image's file holds. */
JNIEXPORT jlong JNICALL Java_crjvm_it_app_NativeExercise_grow(JNIEnv *env, jclass type, jlong address, jint old_size, jint new_size)
{
	unsigned char *block = realloc((void *)address, (size_t)new_size);

	(void)env;
	(void)type;
	if (block == NULL)
		return -2;
	for (jint i = 0; i < old_size; i++)
		if (block[i] != (unsigned char)(i * 7))
			return -1;
	memset(block + old_size, 0x5a, (size_t)(new_size - old_size));
	return block[new_size - 1] == 0x5a ? (jlong)block : -2;
}

JNIEXPORT void JNICALL Java_crjvm_it_app_NativeExercise_release(JNIEnv *env, jclass type, jlong address)
{
	(void)env;
	(void)type;
	free((void *)address);
}

JNIEXPORT jboolean JNICALL Java_crjvm_it_app_NativeExercise_isFreshMemoryZero(JNIEnv *env, jclass type)
{
	bool zero = true;

	(void)env;
	(void)type;
	for (size_t size = 64; size <= 1 << 20; size *= 2) {
		unsigned char *blocks[16];

		for (int i = 0; i < 16; i++) {
			blocks[i] = calloc(1, size);
			for (size_t at = 0; blocks[i] != NULL && at < size; at++)
				zero &= blocks[i][at] == 0;
			if (blocks[i] != NULL)
				memset(blocks[i], 1, size);
		}
		for (int i = 0; i < 16; i++)
			free(blocks[i]);
	}
	return zero;
}

/* Kernel objects that Java itself does not make, but libraries do. */
static struct {
	int memory, event, timer, signal, watch, directory, pair[2];
	char *mapped;
} objects;

JNIEXPORT jint JNICALL Java_crjvm_it_app_KernelObjectExercise_make(JNIEnv *env, jclass type, jstring folder)
{
	const struct itimerspec every = { { 0, 50000000 }, { 0, 50000000 } };
	const char *path = (*env)->GetStringUTFChars(env, folder, NULL);
	sigset_t set;

	(void)type;
	objects.memory = memfd_create("exercise", MFD_CLOEXEC);
	if (objects.memory < 0 || write(objects.memory, "memory", 6) != 6)
		return 1;
	objects.mapped = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (objects.mapped == MAP_FAILED)
		return 2;
	strcpy(objects.mapped + 4096, "shared");
	if ((objects.event = eventfd(5, EFD_CLOEXEC | EFD_NONBLOCK)) < 0)
		return 3;
	objects.timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (objects.timer < 0 || timerfd_settime(objects.timer, 0, &every, NULL) != 0)
		return 4;
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 5);
	if ((objects.signal = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
		return 5;
	objects.watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	/* The second watch of two: the number that the application knows is not the first that comes. */
	if (objects.watch < 0 || inotify_rm_watch(objects.watch, inotify_add_watch(objects.watch, path, IN_CREATE)) != 0)
		return 6;
	while (read(objects.watch, (char[512]){ 0 }, 512) > 0)
		;
	objects.directory = inotify_add_watch(objects.watch, path, IN_CREATE);
	if (objects.directory < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, objects.pair) != 0)
		return 7;
	(*env)->ReleaseStringUTFChars(env, folder, path);
	return 0;
}

static bool signal_arrives(void)
{
	struct signalfd_siginfo info;
	sigset_t set, before;
	bool arrived;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 5);
	pthread_sigmask(SIG_BLOCK, &set, &before);
	pthread_kill(pthread_self(), SIGRTMIN + 5);
	arrived = read(objects.signal, &info, sizeof info) == sizeof info && info.ssi_signo == (uint32_t)(SIGRTMIN + 5);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return arrived;
}

static bool file_is_noticed(const char *path)
{
	_Alignas(struct inotify_event) char buffer[512];
	const struct inotify_event *event = (const struct inotify_event *)buffer;
	int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

	if (file < 0)
		return false;
	close(file);
	unlink(path);
	return read(objects.watch, buffer, sizeof buffer) > 0 && event->wd == objects.directory && (event->mask & IN_CREATE) != 0;
}

/* 0, or the number of the first object that is not as it was. */
JNIEXPORT jint JNICALL Java_crjvm_it_app_KernelObjectExercise_use(JNIEnv *env, jclass type, jstring file)
{
	const char *path = (*env)->GetStringUTFChars(env, file, NULL);
	uint64_t count = 5;
	char text[8] = "";

	(void)type;
	if (lseek(objects.memory, 0, SEEK_CUR) != 6 || pread(objects.memory, text, 6, 0) != 6 || strcmp(text, "memory") != 0)
		return 1;
	if (strcmp(objects.mapped + 4096, "shared") != 0)
		return 2;
	if (read(objects.event, &count, sizeof count) != sizeof count || count != 5 || write(objects.event, &count, sizeof count) != sizeof count)
		return 3;
	if (read(objects.timer, &count, sizeof count) != sizeof count || count == 0)
		return 4;
	if (!signal_arrives())
		return 5;
	if (!file_is_noticed(path))
		return 6;
	if (write(objects.pair[0], "x", 1) != 1 || read(objects.pair[1], text, 1) != 1 || text[0] != 'x')
		return 7;
	(*env)->ReleaseStringUTFChars(env, file, path);
	return 0;
}

/* Memory that stays locked. */
JNIEXPORT jint JNICALL Java_crjvm_it_app_Resources_lock(JNIEnv *env, jclass type, jint size)
{
	void *block = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)env;
	(void)type;
	if (block == MAP_FAILED)
		return -1;
	memset(block, 0x5a, (size_t)size);
	return mlock(block, (size_t)size);
}
