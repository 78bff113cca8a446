"""The algorithm register (algoritmeregister): every method of the city, told to everybody."""
