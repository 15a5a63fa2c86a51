/** Files of requests, made from what people have: recordings, access logs, descriptions. */
package crjvm.requests;
