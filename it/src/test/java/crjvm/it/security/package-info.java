/** Tests which show that nobody gains a privilege by crjvm. */
package crjvm.it.security;
