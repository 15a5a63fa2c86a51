/* The process id as the kernel has it, which Java keeps a copy of. */
#include <jni.h>
#include <unistd.h>

JNIEXPORT jint JNICALL Java_crjvm_it_app_Stepper_processId(JNIEnv *env, jclass type) {
  (void)env;
  (void)type;
  return getpid();
}
