import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { GpuTab } from './gpu-tab.tsx';
import './style.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root to show the page in.');

createRoot(root).render(
  <StrictMode>
    <GpuTab />
  </StrictMode>,
);
