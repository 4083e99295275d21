// Package exchange is the conversation between two running systems about one person who moves from the one provider to the other: asking, deciding, delivering, proving.
//
// Two systems know of each other only an address and a public key (a Peer): what one says to the other is signed with its key and sealed for the other's, so that nothing rests on the network
// between them. The provider that the person comes to asks; it makes every connection itself. The provider that the person leaves decides, by somebody who may, and only then does the asker
// learn anything. What was decided is packed into one file, sealed for the asker, which the asker fetches in ranges and takes into its waiting room (transfer.Receiver); it gives
// a signed receipt for it. Every step is kept (Book) before it is answered, so either side can stop at any moment and goes on where it was.
//
// The Office is what people do through a session, the Door what other systems ask, the Courier what goes on by itself.
package exchange
