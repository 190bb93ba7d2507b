"""What locustfile.py is made of: options, data with known answers, the collection, checks."""
