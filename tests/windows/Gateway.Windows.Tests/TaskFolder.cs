namespace Gateway.Windows.Tests;

/// <summary>The product's folder in the task scheduler, through the scheduler's own objects: no cmdlet makes or removes one ("TaskFolder.DeleteFolder method", Microsoft Learn).</summary>
internal static class TaskFolder
{
    private const string Root = "$service = New-Object -ComObject Schedule.Service; $service.Connect(); $root = $service.GetFolder('\\');";

    /// <summary>Whether it is there.</summary>
    public static async Task<bool> ExistsAsync(CancellationToken cancel) =>
        (await WindowsTool.AskAsync($"{Root} $root.GetFolders(0) | Where-Object {{ $_.Name -eq 'DICOM-Mail Gateway' }} | ForEach-Object {{ [pscustomobject]@{{ Name = $_.Name }} }}", cancel)).Count > 0;

    /// <summary>Removes it; it has to be empty.</summary>
    public static Task RemoveAsync(CancellationToken cancel) => WindowsTool.AskAsync($"{Root} $root.DeleteFolder('DICOM-Mail Gateway', 0)", cancel);
}
