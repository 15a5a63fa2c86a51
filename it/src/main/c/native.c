/* The JNI library of the application under test: state of its own, a callback, malloc blocks that grow. */
#include <jni.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

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
