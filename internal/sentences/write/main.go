// Command write keeps the sentences of the source where the pages embed them. The build runs it in the root of the repository.
package main

import (
	"log"
	"os"

	"rosemary/care/language"
	"rosemary/internal/sentences"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("say which file to write")
	}
	found, err := sentences.Find(os.DirFS("."))
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(os.Args[1], language.Pack(found), 0o644); err != nil {
		log.Fatal(err)
	}
}
