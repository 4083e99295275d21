module rosemary

go 1.26.0
