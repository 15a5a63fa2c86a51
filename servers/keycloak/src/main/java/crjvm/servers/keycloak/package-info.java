/** A client of Keycloak. */
package crjvm.servers.keycloak;
