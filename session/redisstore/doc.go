// Package redisstore keeps in Redis what is worth keeping there: who is signed in, and
// how often something was done lately. What must survive is the database's: a Redis
// that is lost signs everybody out, and loses nothing else.
//
// It knows the session package's stores by their methods alone, and imports nothing of
// the portal's: what it keeps is handed to it hashed and encoded.
package redisstore
