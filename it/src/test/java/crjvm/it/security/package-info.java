/** What nobody gains by crjvm. */
package crjvm.it.security;
