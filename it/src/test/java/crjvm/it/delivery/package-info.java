/**
 * The ways in which crjvm and images reach users: builds, releases, setup, the site of the
 * documents.
 */
package crjvm.it.delivery;
