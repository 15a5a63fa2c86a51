/** Other kernels, processors and security modules, in virtual machines. */
package crjvm.it.guest;
