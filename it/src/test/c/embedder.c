/* Starts a JVM inside of its own process. The arguments are the library of the JVM, the JVM's options up to "--", the main class,
 * and the arguments of that class. */
#include <dlfcn.h>
#include <jni.h>
#include <stdio.h>
#include <string.h>

#define MOST_OPTIONS 16

typedef jint create_function(JavaVM **, void **, void *);

static jobjectArray strings(JNIEnv *env, int count, char **text) {
  jobjectArray array = (*env)->NewObjectArray(env, count, (*env)->FindClass(env, "java/lang/String"), NULL);
  for (int i = 0; i < count; i++) (*env)->SetObjectArrayElement(env, array, i, (*env)->NewStringUTF(env, text[i]));
  return array;
}

int main(int argc, char **argv) {
  JavaVMOption options[MOST_OPTIONS] = {0};
  JavaVMInitArgs given = {.version = JNI_VERSION_10, .options = options};
  int next = 2;
  while (next < argc && given.nOptions < MOST_OPTIONS && strcmp(argv[next], "--") != 0)
    options[given.nOptions++].optionString = argv[next++];
  void *library = next + 1 < argc ? dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL) : NULL;
  if (!library) return 2;
  create_function *create = (create_function *)dlsym(library, "JNI_CreateJavaVM");
  JavaVM *vm;
  JNIEnv *env;
  if (!create || create(&vm, (void **)&env, &given) != JNI_OK) return 3;
  jclass class = (*env)->FindClass(env, argv[next + 1]);
  jmethodID method = class ? (*env)->GetStaticMethodID(env, class, "main", "([Ljava/lang/String;)V") : NULL;
  if (!method) return 4;
  (*env)->CallStaticVoidMethod(env, class, method, strings(env, argc - next - 2, argv + next + 2));
  return (*vm)->DestroyJavaVM(vm) == JNI_OK ? 0 : 5;
}
