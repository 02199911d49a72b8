-- Which topic pages were captured?
FROM topics
