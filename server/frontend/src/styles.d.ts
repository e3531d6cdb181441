// Styles are imported for the bundler, which makes a file of them.
declare module "*.css";
