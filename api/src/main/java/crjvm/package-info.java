/** The public interface of crjvm. */
package crjvm;
