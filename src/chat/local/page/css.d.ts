/** Stylesheets are imported for the bundler alone: it writes them to main.css. */
declare module "*.css";
