-- The image runs this file only when it creates the database.
create table notes (id bigint generated always as identity primary key, text text not null);
