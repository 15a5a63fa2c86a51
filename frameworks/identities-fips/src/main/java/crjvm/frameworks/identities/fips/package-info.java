/** Random numbers of BouncyCastle's FIPS release. */
package crjvm.frameworks.identities.fips;
