-- Run by the image when it makes the database, not again later.
create table notes (id bigint generated always as identity primary key, text text not null);
