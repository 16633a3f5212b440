// Command portal stands where the product's binary does: it is started, says when
// it is ready, shows what it was told, and ends when asked.
package main

import (
	"encoding/json"
	"net/http"
	"os"
)

func main() {
	if os.Getenv("BROKEN") != "" {
		os.Exit(3)
	}
	http.HandleFunc("/readyz", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("/told", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string][]string{"args": os.Args[1:], "env": os.Environ()})
	})
	if err := http.ListenAndServe(os.Getenv("PORTAL_ADDR"), nil); err != nil {
		os.Exit(1)
	}
}
